package dev.gatehouse.core.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.testkit.fault.Line.How;
import dev.gatehouse.core.testkit.fault.Line.Way;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each fault is seen by a client, and exactly where it was asked for. */
@Timeout(60)
class ProxyTest {
  private static final byte[] MESSAGE = message(1_000);

  private final Echo echo = new Echo();
  private Proxy proxy = open();

  private Proxy open() {
    try {
      return Proxy.to(echo.port());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void the_line_is_clean() throws Exception {
    try (Socket client = connect()) {
      send(client, MESSAGE);
      assertThat(client.getInputStream().readNBytes(MESSAGE.length)).isEqualTo(MESSAGE);
    }
    proxy.close();
    // else the end of this one may come after that of the next
    assertThat(echo.awaitEnd(0)).isIn("end", "reset");
    proxy = open();
  }

  @AfterEach
  void close() throws Exception {
    proxy.close();
    echo.close();
  }

  private static byte[] message(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    return bytes;
  }

  private Socket connect() throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    client.setSoTimeout(30_000);
    return client;
  }

  private static void send(Socket client, byte[] bytes) throws IOException {
    client.getOutputStream().write(bytes);
  }

  /** All bytes up to the end, or to the exception, which goes into the second place. */
  private static byte[] readAll(Socket client, IOException[] end) throws IOException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    InputStream in = client.getInputStream();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        received.write(b);
      }
    } catch (IOException e) {
      end[0] = e;
    }
    return received.toByteArray();
  }

  @Test
  void bytes_are_counted_both_ways_and_over_all_connections() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (Socket client = connect()) {
        send(client, MESSAGE);
        client.getInputStream().readNBytes(MESSAGE.length);
      }
    }
    assertThat(proxy.connections()).isEqualTo(3);
    assertThat(proxy.delivered(Way.TO_SERVER)).isEqualTo(3_000);
    assertThat(proxy.delivered(Way.TO_CLIENT)).isEqualTo(3_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, 512, 999})
  void a_reset_at_byte_k_of_the_answer_delivers_k_bytes_and_no_more(int k) throws Exception {
    proxy.set(Line.CLEAN.cut(Way.TO_CLIENT, k, How.RESET));
    IOException[] end = new IOException[1];
    try (Socket client = connect()) {
      if (k > 0) {
        send(client, MESSAGE);
      }
      assertThat(readAll(client, end)).isEqualTo(Arrays.copyOf(MESSAGE, k));
    }
    assertThat(end[0]).isInstanceOf(SocketException.class).hasMessageContaining("reset");
    assertThat(proxy.delivered(Way.TO_CLIENT)).isEqualTo(k);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 999})
  void a_reset_at_byte_k_of_the_request_lets_the_server_have_k_bytes_and_no_more(int k)
      throws Exception {
    proxy.set(Line.CLEAN.cut(Way.TO_SERVER, k, How.RESET));
    IOException[] end = new IOException[1];
    try (Socket client = connect()) {
      send(client, MESSAGE);
      readAll(client, end);
    }
    assertThat(end[0]).hasMessageContaining("reset");
    assertThat(echo.awaitEnd(1)).isEqualTo("reset");
    assertThat(echo.received()).isEqualTo(MESSAGE.length + k);
  }

  @Test
  void a_reset_after_more_than_the_receiver_has_room_for_delivers_all_of_it() throws Exception {
    int k = 3_000_000;
    byte[] large = message(4_000_000);
    proxy.set(Line.CLEAN.cut(Way.TO_CLIENT, k, How.RESET));
    IOException[] end = new IOException[1];
    try (Socket client = connect()) {
      Thread sender =
          new Thread(
              () -> {
                try {
                  send(client, large);
                } catch (IOException cut) {
                  return;
                }
              });
      sender.start();
      int received = client.getInputStream().readNBytes(k).length;
      assertThat(received).isEqualTo(k);
      assertThat(readAll(client, end)).isEmpty();
      sender.join();
    }
    assertThat(end[0]).hasMessageContaining("reset");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, 999})
  void an_end_at_byte_k_is_an_orderly_end_of_that_way_alone(int k) throws Exception {
    proxy.set(Line.CLEAN.cut(Way.TO_CLIENT, k, How.END));
    IOException[] end = new IOException[1];
    try (Socket client = connect()) {
      send(client, MESSAGE);
      assertThat(readAll(client, end)).isEqualTo(Arrays.copyOf(MESSAGE, k));
      assertThat(end[0]).isNull();
      send(client, MESSAGE);
      assertThat(echo.await(3 * MESSAGE.length)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, 999})
  void silence_after_byte_k_is_a_timeout_and_no_byte_and_nobody_is_told(int k) throws Exception {
    proxy.set(Line.CLEAN.cut(Way.TO_CLIENT, k, How.SILENCE));
    try (Socket client = connect()) {
      client.setSoTimeout(20_000);
      send(client, MESSAGE);
      assertThat(client.getInputStream().readNBytes(k)).isEqualTo(Arrays.copyOf(MESSAGE, k));
      client.setSoTimeout(200);
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      long before = proxy.delivered(Way.TO_SERVER);
      send(client, MESSAGE);
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(proxy.delivered(Way.TO_SERVER)).isEqualTo(before);
    }
    assertThat(echo.ended()).isEqualTo(1);
  }

  @Test
  void a_line_that_is_cut_while_it_is_idle_is_cut_at_once() throws Exception {
    IOException[] end = new IOException[1];
    try (Socket client = connect()) {
      send(client, MESSAGE);
      client.getInputStream().readNBytes(MESSAGE.length);
      proxy.set(Line.CLEAN.cut(Way.TO_CLIENT, 0, How.RESET));
      assertThat(readAll(client, end)).isEmpty();
    }
    assertThat(end[0]).hasMessageContaining("reset");
  }

  @Test
  void a_throttled_line_takes_at_least_bytes_over_rate() throws Exception {
    proxy.set(Line.CLEAN.throttled(1_000));
    assertThat(timeOfOneRoundTrip()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    proxy.set(Line.CLEAN);
    // a busy machine may be slow once, and is not slow each time
    Duration best = timeOfOneRoundTrip();
    for (int again = 0; again < 10 && best.compareTo(Duration.ofSeconds(1)) >= 0; again++) {
      best = timeOfOneRoundTrip();
    }
    assertThat(best).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void a_delayed_line_takes_the_delay_each_way() throws Exception {
    proxy.set(Line.CLEAN.delayed(Duration.ofMillis(150)));
    assertThat(timeOfOneRoundTrip()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
  }

  private Duration timeOfOneRoundTrip() throws IOException {
    long begin = System.nanoTime();
    try (Socket client = connect()) {
      send(client, MESSAGE);
      assertThat(client.getInputStream().readNBytes(MESSAGE.length)).isEqualTo(MESSAGE);
    }
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Test
  void a_sliced_line_hands_on_one_byte_at_a_time() throws Exception {
    proxy.set(Line.CLEAN.sliced(1).delayed(Duration.ofMillis(200)));
    try (Socket client = connect()) {
      send(client, Arrays.copyOf(MESSAGE, 10));
      assertThat(client.getInputStream().read(new byte[10])).isLessThan(10);
      assertThat(client.getInputStream().readNBytes(1)).hasSize(1);
    }
    proxy.set(Line.CLEAN.sliced(1));
    long before = proxy.pieces(Way.TO_SERVER);
    try (Socket client = connect()) {
      send(client, MESSAGE);
      assertThat(client.getInputStream().readNBytes(MESSAGE.length)).isEqualTo(MESSAGE);
    }
    assertThat(proxy.pieces(Way.TO_SERVER) - before).isGreaterThanOrEqualTo(MESSAGE.length);
  }

  @Test
  void a_connection_to_nobody_is_reset() throws Exception {
    echo.close();
    IOException[] end = new IOException[1];
    try (Socket client = connect()) {
      readAll(client, end);
    }
    assertThat(end[0]).hasMessageContaining("reset");
  }

  @Test
  void closing_it_ends_every_connection_and_every_thread() throws Exception {
    IOException[] end = new IOException[1];
    try (Socket client = connect()) {
      send(client, MESSAGE);
      client.getInputStream().readNBytes(MESSAGE.length);
      proxy.close();
      readAll(client, end);
    }
    assertThat(end[0]).hasMessageContaining("reset");
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("proxy "));
    assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
  }
}
