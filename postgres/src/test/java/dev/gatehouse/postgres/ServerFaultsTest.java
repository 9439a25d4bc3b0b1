package dev.gatehouse.postgres;

import dev.gatehouse.core.testkit.ServerFaultsContract;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.util.List;

class ServerFaultsTest extends ServerFaultsContract {

  @Override
  protected List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(ServerFaultsTest.class);
  }

  @Override
  protected List<String> statesOfAnEndedSession(EngineUnderTest engine) {
    return List.of("57P01");
  }

  @Override
  protected String sleep() {
    return "SELECT pg_sleep(600)";
  }
}
