package dev.gatehouse.examples.engine;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.examples.mysql.MySqlShop;
import dev.gatehouse.mysql.MySql;
import java.util.Objects;

/** A server of MariaDB or MySQL of the test kit, which ends with this process. */
public final class ThrowAwayMariaDb implements MySqlShop.Engine {
  @Override
  public MySqlShop open(String product) {
    boolean maria = product.equals("MariaDB");
    EngineUnderTest engine =
        maria
            ? EngineUnderTest.of(Product.MARIADB, "11.4")
            : EngineUnderTest.of(Product.MYSQL, "8.0.15");
    TestDatabase database = engine.database();
    return new MySqlShop(
        Target.at(
            "shop",
            database.jdbcUrl(maria ? "mariadb" : "mysql"),
            database.account(),
            database.secret(),
            MySql.dialect()),
        () -> Objects.requireNonNull(engine.tool("mariadb-dump").path().getParent()),
        database::close);
  }
}
