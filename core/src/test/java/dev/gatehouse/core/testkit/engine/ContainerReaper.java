package dev.gatehouse.core.testkit.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that waits for the end of the JVM that started it, however that comes, and removes the
 * containers with a label: {@code ContainerReaper unix:///var/run/docker.sock label=value
 * directory}. Testcontainers' own comes as an image, which would have to be pulled first.
 */
public final class ContainerReaper {
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /** A container that was asked for in the JVM's last moment appears late. */
  private static final int LOOKS = 4;

  private ContainerReaper() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    System.out.println("WATCHES");
    System.in.transferTo(OutputStream.nullOutputStream());
    DockerDaemon daemon = new DockerDaemon(URI.create(args[0]));
    long end = System.nanoTime() + PATIENCE_NANOS;
    int empty = 0;
    while (empty < LOOKS && System.nanoTime() < end) {
      empty = removed(daemon, args[1]) ? empty + 1 : 0;
      TimeUnit.MILLISECONDS.sleep(500);
    }
    if (empty == LOOKS) {
      Files.deleteIfExists(Path.of(args[2]));
    }
  }

  private static boolean removed(DockerDaemon daemon, String label) {
    try {
      List<String> left = daemon.containers(label);
      for (String container : left) {
        daemon.remove(container);
      }
      return left.isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Begins to watch this JVM. A terminal's signals, which end the JVM, do not end the reaper.
   *
   * @param directory removed after the last container
   */
  static void watch(DockerDaemon daemon, String label, Path directory) {
    try {
      Files.createDirectories(directory);
      Path classes =
          Path.of(
              ContainerReaper.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Process reaper =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "trap '' INT HUP TERM; exec \"$@\"",
                  "reaper",
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx32m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  classes.toString(),
                  ContainerReaper.class.getName(),
                  daemon.toString(),
                  label,
                  directory.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      BufferedReader said = reaper.inputReader();
      if (!"WATCHES".equals(said.readLine())) {
        throw new IllegalStateException("the reaper of containers did not start");
      }
    } catch (IOException e) {
      throw new IllegalStateException("no reaper of containers: " + e.getMessage(), e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
