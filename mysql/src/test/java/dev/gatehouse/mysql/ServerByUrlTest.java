package dev.gatehouse.mysql;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("nightly") // half a minute; the one of PostgreSQL is in every build
class ServerByUrlTest {

  @ParameterizedTest
  @EnumSource(
      value = Product.class,
      names = {"MYSQL", "MARIADB"})
  @Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void a_server_that_accepts_and_never_speaks_is_not_waited_for(Product product)
      throws IOException {
    EngineUnderTest silent = EngineUnderTest.of(product, "7.3");
    String url = "db." + product.key() + ".url";
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      System.setProperty(
          url, "jdbc:%s://127.0.0.1:%d/tests".formatted(product.key(), mute.getLocalPort()));
      assertThatThrownBy(silent::database)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("does not answer");
    } finally {
      System.clearProperty(url);
      silent.forget();
    }
  }
}
