package dev.gatehouse.mysql.session;

import dev.gatehouse.mysql.Served;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The other driver, on both products. */
@Tag("engines")
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class MySqlDialectContractByMariaDbDriverTest extends MySqlDialectContractTest {

  static List<Served> servers() {
    return Served.by("mariadb");
  }
}
