package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.process.ChildProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A program that keeps what it reads, such as the client of a vault; it may be run again. */
record StandardInput(List<String> words) implements SecretSink {
  private static final Set<String> KEPT =
      Set.of("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR");

  private static final Duration DEADLINE = Duration.ofMinutes(2);

  StandardInput {
    words = List.copyOf(words);
  }

  @Override
  public List<String> plan() {
    return List.of("handed to the standard input of " + this + ", again after a crash");
  }

  @Override
  public void store(Secret secret) throws Exception {
    ProcessBuilder command = ChildProcess.command(words, KEPT, Map.of()).redirectErrorStream(true);
    byte[] bytes = secret.reveal(value -> new String(value).getBytes(StandardCharsets.UTF_8));
    ChildProcess.Ended ended = ChildProcess.start(command, bytes).run(DEADLINE, Progress.SILENT);
    if (ended.killed() || ended.exit() != 0) {
      // What it says is left out: it may repeat what it was given.
      throw new StepFailed(
          Finding.of("rotation.sink", "the program did not keep the password")
              .withExpected("exit code 0 within " + DEADLINE.toMinutes() + " minutes: " + this)
              .withFound(ended.killed() ? "killed" : "exit code " + ended.exit())
              .withFix("run it by hand with another text, and mend what it says"));
    }
  }

  @Override
  public Optional<Secret> current() {
    return Optional.empty();
  }

  @Override
  public boolean readsBack() {
    return false;
  }

  @Override
  public Optional<Path> meanwhile() {
    return Optional.empty();
  }

  @Override
  public String toString() {
    return String.join(" ", words);
  }
}
