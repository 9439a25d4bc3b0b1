package dev.gatehouse.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Orphans;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerOrphansTest {

  @Test
  void a_killed_jvm_leaves_neither_server_nor_data() throws Exception {
    List<EngineUnderTest> engines = EngineUnderTest.postgres();
    assertThat(Orphans.afterKill(engines.get(engines.size() - 1)))
        .isEqualTo(new Orphans.Remains(true, false, false, false));
  }
}
