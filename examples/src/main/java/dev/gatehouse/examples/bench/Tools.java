package dev.gatehouse.examples.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Processes whose whole life is timed: stock tools, and this JVM's class path in another one. */
final class Tools {
  static final List<String> PEERS = List.of("sqlite3", "sha256sum", "sync");

  /** What a process printed, and the seconds from its start to its end. */
  record Timed(double seconds, String output) {

    /** The value of a line {@code name=value} that it printed. */
    double fact(String name) {
      return output
          .lines()
          .filter(line -> line.startsWith(name + "="))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no " + name + " in: " + output));
    }
  }

  private Tools() {}

  static boolean present() {
    return PEERS.stream().allMatch(Tools::onThePath);
  }

  static List<String> missing() {
    return PEERS.stream()
        .filter(tool -> !onThePath(tool))
        .map(tool -> "NOT MEASURED against its peers: there is no " + tool + " on the PATH")
        .toList();
  }

  static String versions() throws Exception {
    String peers =
        present()
            ? shell("sqlite3 --version | cut -c1-17; sha256sum --version | head -1", Map.of())
                .output()
                .replace('\n', ' ')
            : "none";
    return "peers: " + peers + "; ours: Java " + Runtime.version();
  }

  /** The script sees its values as variables, so that no name is taken for a command. */
  static Timed shell(String script, Map<String, String> variables) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-ec", script);
    builder.environment().putAll(variables);
    return timed(builder);
  }

  static Timed ours(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-Xshare:auto", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Ours.class.getName());
    command.addAll(Arrays.asList(arguments));
    return timed(new ProcessBuilder(command));
  }

  private static Timed timed(ProcessBuilder builder) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (code != 0) {
      throw new IOException(builder.command() + " ended with " + code + ": " + output);
    }
    return new Timed(seconds, output.strip());
  }

  private static boolean onThePath(String tool) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
  }
}
