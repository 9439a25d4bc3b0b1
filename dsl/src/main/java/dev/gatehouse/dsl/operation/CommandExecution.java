package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.StepFailed.Ending;
import dev.gatehouse.core.process.ChildProcess;
import dev.gatehouse.dsl.words.Seconds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** One execution of a command. */
final class CommandExecution {
  private static final Set<String> KEPT =
      Set.of("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR");

  /** How it ended; the exit code means nothing when the deadline ended it. */
  record Ended(int exit, boolean late, String output, String seconds) {}

  private CommandExecution() {}

  /**
   * @throws StepFailed when there is no such program any more: nothing was executed
   */
  static Ended of(CommandLine line, Progress progress) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    ChildProcess.Ended ended = start(line).run(line.deadline(), progress);
    return new Ended(ended.exit(), ended.killed(), ended.words(), Seconds.since(begun));
  }

  private static ChildProcess start(CommandLine line) {
    try {
      List<String> words =
          Stream.concat(Stream.of(line.found().toString()), line.arguments().stream()).toList();
      ProcessBuilder command =
          ChildProcess.command(words, KEPT, Map.of()).redirectErrorStream(true);
      line.directory().ifPresent(where -> command.directory(where.toFile()));
      byte[] secret =
          line.secret().map(held -> held.reveal(CommandExecution::utf8)).orElse(new byte[0]);
      return ChildProcess.start(command, secret);
    } catch (Refusal missing) {
      throw new StepFailed(missing.findings(), Ending.REFUSED);
    } catch (IOException e) {
      Finding finding =
          Finding.of("command.start", "the command could not be started")
              .withExpected(line.toString())
              .withFound(String.valueOf(e.getMessage()))
              .withFix("run it by hand: " + line);
      throw new StepFailed(List.of(finding), Ending.REFUSED);
    }
  }

  private static byte[] utf8(char[] value) {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(value));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.duplicate().get(bytes);
    while (encoded.hasRemaining()) {
      encoded.put((byte) 0);
    }
    return bytes;
  }
}
