package dev.gatehouse.mysql;

import dev.gatehouse.core.testkit.ServerFaultsContract;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.util.List;

class ServerFaultsTest extends ServerFaultsContract {

  @Override
  protected List<EngineUnderTest> engines() {
    return ServersTest.engines();
  }

  @Override
  protected List<String> statesOfAnEndedSession() {
    return List.of("08S01");
  }

  @Override
  protected String sleep() {
    return "SELECT SLEEP(600)";
  }
}
