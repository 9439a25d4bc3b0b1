package dev.gatehouse.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Orphans;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServerOrphansTest {

  static List<EngineUnderTest> engines() {
    return Served.share(ServerOrphansTest.class).stream().map(Served::engine).toList();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_killed_jvm_leaves_neither_server_nor_data(EngineUnderTest engine) throws Exception {
    assertThat(Orphans.afterKill(engine)).isEqualTo(new Orphans.Remains(true, false, false, false));
  }
}
