package dev.gatehouse.postgres.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** The last part of what a tool says on its error output, in bounded memory. */
final class StderrTail {
  private static final int KEPT = 64 << 10;
  private static final int SHOWN = 1_500;

  private final byte[] ring = new byte[KEPT];
  private final Thread reader;
  private long written;

  StderrTail(InputStream errors) {
    reader = new Thread(() -> drain(errors), "gatehouse-tool-words");
    reader.setDaemon(true);
    reader.start();
  }

  private void drain(InputStream errors) {
    byte[] buffer = new byte[8192];
    try (errors) {
      for (int n = errors.read(buffer); n >= 0; n = errors.read(buffer)) {
        keep(buffer, n);
      }
    } catch (IOException ended) {
      // Closed with the process: what was said until then is kept.
    }
  }

  private synchronized void keep(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      ring[(int) (written++ % KEPT)] = bytes[i];
    }
  }

  /** The end of what was said; waits a little for the last words of a process that has ended. */
  String text() throws InterruptedException {
    reader.join(TimeUnit.SECONDS.toMillis(2));
    synchronized (this) {
      int length = (int) Math.min(written, KEPT);
      byte[] kept = new byte[length];
      for (int i = 0; i < length; i++) {
        kept[i] = ring[(int) ((written - length + i) % KEPT)];
      }
      String text =
          new String(kept, StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}&&[^\n\t]]", "").strip();
      return text.length() <= SHOWN ? text : "... " + text.substring(text.length() - SHOWN);
    }
  }
}
