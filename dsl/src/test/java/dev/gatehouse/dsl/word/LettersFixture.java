package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.word.Assembly.SENIOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.letter.Letter;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.letter.Receipt;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** People, a run that asks them, and letters to it. */
abstract class LettersFixture {
  @TempDir Path directory;

  Assembly all;

  @BeforeEach
  void assemble() throws Exception {
    all = new Assembly(directory);
  }

  static Path inbox(Run run) {
    return run.journal().resolveSibling(run.journal().getFileName() + ".inbox");
  }

  static List<Path> letters(Run run) throws IOException {
    try (Stream<Path> files = Files.list(inbox(run))) {
      return files.filter(file -> file.toString().endsWith(".letter")).toList();
    }
  }

  static void ready(Run run) throws IOException {
    run.advance();
    if (!Files.exists(inbox(run))) {
      Files.createDirectory(
          inbox(run),
          java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
              java.nio.file.attribute.PosixFilePermissions.fromString("rwx------")));
    }
  }

  static String told(Mailbox box, Receipt receipt) {
    try {
      return box.await(receipt, Duration.ZERO).refused().orElseThrow().text();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  void requireRefused(Run run, Letter letter, String code) throws IOException {
    Files.write(inbox(run).resolve(letter.file()), letter.signedBy(all.keys.get("bob")));
    assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
    List<String> refused = Assembly.refused(run);
    assertThat(refused.get(refused.size() - 1)).isEqualTo(code);
  }

  Letter letter(int number, String run, String plan, String target, String head, String step) {
    return new Letter(
        Letter.Kind.YES,
        run,
        plan,
        target,
        head,
        step,
        "bob",
        SENIOR,
        "",
        "",
        all.clock.instant(),
        all.clock.instant().plusSeconds(60),
        String.format("%032d", number));
  }
}
