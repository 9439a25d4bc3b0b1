package dev.gatehouse.examples.engine;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.examples.mysql.MySqlShop;
import dev.gatehouse.mysql.MySql;

/** A MariaDB server of the test kit, which ends with this process. */
public final class ThrowAwayMariaDb implements MySqlShop.Engine {
  private static final String VERSION = "11.4";

  @Override
  public MySqlShop open() {
    TestDatabase database = EngineUnderTest.of(Product.MARIADB, VERSION).database();
    return new MySqlShop(
        Target.at(
            "shop",
            database.jdbcUrl("mariadb"),
            database.account(),
            database.secret(),
            MySql.dialect()),
        database::close);
  }
}
