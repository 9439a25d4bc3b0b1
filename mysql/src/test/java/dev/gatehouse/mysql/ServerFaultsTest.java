package dev.gatehouse.mysql;

import dev.gatehouse.core.testkit.ServerFaultsContract;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import java.util.List;

class ServerFaultsTest extends ServerFaultsContract {

  @Override
  protected List<EngineUnderTest> engines() {
    return Served.share(ServerFaultsTest.class).stream().map(Served::engine).toList();
  }

  @Override
  protected List<String> statesOfAnEndedSession(EngineUnderTest engine) {
    // MariaDB may find the time to say why
    return engine.product() == Product.MYSQL ? List.of("08S01") : List.of("08000", "70100");
  }

  @Override
  protected String sleep() {
    return "SELECT SLEEP(600)";
  }
}
