package dev.gatehouse.examples.engine;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.examples.mysql.MySqlShop;
import dev.gatehouse.mysql.MySql;
import java.util.Objects;

/** A MariaDB server of the test kit, which ends with this process. */
public final class ThrowAwayMariaDb implements MySqlShop.Engine {
  private static final String VERSION = "11.4";

  @Override
  public MySqlShop open() {
    EngineUnderTest engine = EngineUnderTest.of(Product.MARIADB, VERSION);
    TestDatabase database = engine.database();
    return new MySqlShop(
        Target.at(
            "shop",
            database.jdbcUrl("mariadb"),
            database.account(),
            database.secret(),
            MySql.dialect()),
        () -> Objects.requireNonNull(engine.tool("mariadb-dump").path().getParent()),
        database::close);
  }
}
