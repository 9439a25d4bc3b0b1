package dev.gatehouse.core.testkit.fault;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Bytes that were written to a socket and not yet acknowledged, as the kernel's table tells. */
final class Unsent {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private static final long PATIENCE = 2_000_000_000L;

  private Unsent() {}

  /**
   * Waits until the receiver's kernel has everything; gives up after 2 s, or where no table tells.
   */
  static void await(Socket socket) {
    String ports = "%04X".formatted(socket.getLocalPort());
    String peer = "%04X".formatted(socket.getPort());
    long deadline = System.nanoTime() + PATIENCE;
    while (!acknowledged(ports, peer) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(200_000);
    }
  }

  private static boolean acknowledged(String local, String remote) {
    try {
      for (Path table : TABLES) {
        if (Files.exists(table)) {
          for (String row : Files.readAllLines(table)) {
            String[] fields = row.strip().split("\\s+");
            if (fields[1].endsWith(":" + local) && fields[2].endsWith(":" + remote)) {
              return fields[4].startsWith("00000000:");
            }
          }
        }
      }
    } catch (IOException e) {
      return true;
    }
    return true;
  }
}
