package dev.gatehouse.core.testkit.engine;

import java.io.IOException;
import java.util.Locale;

/**
 * A program that starts a server, says its process, port and data directory, and waits to be
 * killed: {@code Holder postgres 17}.
 */
public final class Holder {
  private Holder() {}

  public static void main(String[] args) throws IOException {
    EngineUnderTest engine =
        EngineUnderTest.of(Product.valueOf(args[0].toUpperCase(Locale.ROOT)), args[1]);
    Server server = engine.server();
    System.out.println(
        "HOLDS " + server.pid().orElse(-1) + " " + server.port() + " " + server.data());
    int end = System.in.read();
    System.exit(end < 0 ? 1 : 0);
  }
}
