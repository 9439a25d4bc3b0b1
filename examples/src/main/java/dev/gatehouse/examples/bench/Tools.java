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

  /** Those of the tools that are not on the PATH. */
  static List<String> missing(List<String> tools) {
    return tools.stream().filter(tool -> !onThePath(tool)).toList();
  }

  /** What the peers say of themselves, and this JVM. */
  static String versions(String script, Map<String, String> variables) throws Exception {
    String peers = shell(script, variables).output().replace('\n', ' ');
    return "peers: " + peers + "; ours: Java " + Runtime.version();
  }

  /** The script sees its values as variables, so that no name is taken for a command. */
  static Timed shell(String script, Map<String, String> variables) throws Exception {
    return timed(List.of("/bin/sh", "-ec", script), variables);
  }

  /** As {@link #shell}, where a script needs what only bash has; any part that fails, fails it. */
  static Timed bash(String script, Map<String, String> variables) throws Exception {
    return timed(List.of("bash", "-o", "pipefail", "-ec", script), variables);
  }

  /** The main method of that class, with the class path of this JVM. */
  static Timed ours(Class<?> side, Map<String, String> variables, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-Xshare:auto", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(side.getName());
    command.addAll(Arrays.asList(arguments));
    return timed(command, variables);
  }

  private static Timed timed(List<String> command, Map<String, String> variables)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(variables);
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
