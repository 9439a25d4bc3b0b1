package dev.gatehouse.mysql.session;

import dev.gatehouse.core.testkit.DialectContract;
import dev.gatehouse.core.testkit.DialectSubject;
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class MySqlDialectContractTest extends DialectContract {
  @TempDir Path directory = Path.of("");

  @Parameter Served served = Served.all().get(0);

  static List<Served> servers() {
    return Served.all();
  }

  @Override
  protected DialectSubject open() {
    return new MySqlSubject(served, directory);
  }
}
