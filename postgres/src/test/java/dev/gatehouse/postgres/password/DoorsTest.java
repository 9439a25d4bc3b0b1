package dev.gatehouse.postgres.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines of pg_hba.conf that make a password beside the point. */
class DoorsTest {
  private final EngineUnderTest engine = EngineUnderTest.onePostgres(DoorsTest.class);

  /** Behind those that the tests log in by. */
  private static void add(Path data) {
    try {
      Files.writeString(
          data.resolve("pg_hba.conf"),
          """

          host  app    app      10.0.0.1/32  trust
          host  all    other    10.0.0.2/32  trust
          host  all    +crowd   10.0.0.3/32  ident
          host  all    app      10.0.0.4/32  scram-sha-256
          host  all    app      10.0.0.5/32  reject
          hostssl all  all      10.0.0.6/32  cert
          local all    app                   peer
          """,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void each_line_that_lets_it_in_without_its_password_is_a_door() throws Exception {
    try (OwnServer server = engine.another(DoorsTest::add);
        TestDatabase database = server.database()) {
      database.run(List.of("CREATE ROLE crowd", "CREATE ROLE app LOGIN IN ROLE crowd"));
      try (Connection connection = database.connect()) {
        String all = String.join("\n", Doors.of(connection, "app"));
        assertThat(all)
            .contains("host app app 10.0.0.1", "trust, which asks for no password")
            .contains("+crowd 10.0.0.3", "ident", "all 10.0.0.6", "cert", "local all app peer")
            .contains("userlist.txt of PgBouncer")
            .doesNotContain("10.0.0.2", "10.0.0.4", "10.0.0.5");
      }
      database.run(List.of("DROP ROLE app", "DROP ROLE crowd"));
    }
  }
}
