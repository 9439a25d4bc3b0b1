package dev.gatehouse.core.testkit;

import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.outcome.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Another process that calls for an abort whenever it is told to. One thread at a time. */
public final class Sender implements AutoCloseable {
  private final Process process;
  private final BufferedReader said;

  private Sender(Process process) throws IOException {
    this.process = process;
    this.said = process.inputReader(StandardCharsets.UTF_8);
    said.readLine();
  }

  /** Signs as that person by the key in that directory. */
  public static Sender as(String person, Path keys) throws IOException {
    return new Sender(begun(List.of(person, keys.toString())));
  }

  /** Signs nothing: its account vouches for it. */
  public static Sender unsigned() throws IOException {
    return new Sender(begun(List.of()));
  }

  private static Process begun(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(
        Optional.ofNullable(System.getProperty("surefire.test.class.path"))
            .orElse(System.getProperty("java.class.path")));
    command.add(Sender.class.getName());
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** Tells it to abort that run, and does not wait. */
  public void abort(Path journal) throws IOException {
    process.getOutputStream().write((journal + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** How sending it ended: {@code sent}, or what refused it. */
  public String answer() throws IOException {
    return String.valueOf(said.readLine());
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.destroy();
  }

  /** What is measured is the way of a letter, and not that of classes. */
  private static void warmUp() {
    try {
      Signer.ephemeral().sign(new byte[1]);
      Mailbox.of(Path.of("none")).record();
    } catch (Refusal none) {
      // there is none
    }
  }

  public static void main(String... arguments) throws Exception {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      warmUp();
      System.out.println("ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Mailbox box = Mailbox.of(Path.of(line));
        if (arguments.length > 0) {
          box = box.as(arguments[0]).signedBy(Signer.in(Path.of(arguments[1])));
        }
        try {
          box.abort("enough");
          System.out.println("sent");
        } catch (Refusal no) {
          System.out.println(no.findings().get(0).text().replace('\n', ' '));
        }
      }
    }
  }
}
