package dev.gatehouse.postgres.access;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.sql.SQLException;
import java.util.List;

/** A server, and a table that somebody owns. */
abstract class AccessCase {
  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  /** Table s.t (id, v) of o, in a schema that everybody may use. */
  static Stage stage(EngineUnderTest engine) throws SQLException {
    return Stage.of(engine, "a", "b", "g", "mid", "o")
        .run(
            "create schema s",
            "create table s.t (id integer, v text)",
            "alter table s.t owner to {o}",
            "grant usage on schema s to public");
  }
}
