package dev.gatehouse.core.testkit.engine;

import java.util.Locale;

/**
 * A program that starts a server, and where it can a second one that it crashes, restarts and
 * freezes; says of each its process, port and data directory; and waits to be killed: {@code Holder
 * postgres 17}.
 */
public final class Holder {
  private Holder() {}

  public static void main(String[] args) throws Exception {
    EngineUnderTest engine =
        EngineUnderTest.of(Product.valueOf(args[0].toUpperCase(Locale.ROOT)), args[1]);
    say(engine.server());
    if (engine.pid().isPresent()) {
      OwnServer own = engine.another();
      own.crash();
      own.freeze();
      say(own.server());
    }
    System.out.println("WAITS");
    int end = System.in.read();
    System.exit(end < 0 ? 1 : 0);
  }

  private static void say(Server server) {
    System.out.println(
        "HOLDS " + server.pid().orElse(-1) + " " + server.port() + " " + server.data());
  }
}
