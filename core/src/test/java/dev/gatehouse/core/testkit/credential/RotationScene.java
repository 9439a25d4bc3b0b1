package dev.gatehouse.core.testkit.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One account, or a pair of them, and its sink; and what must be so of them at every instant: a
 * password that stands in a file logs in, and never more than two do.
 */
public final class RotationScene {
  private static final int LOOKS = 20;

  private final RotationSubject subject;
  private final TestDatabase database;
  private final Path work;
  private final List<String> accounts;
  private final Path sink;
  private final Set<String> seen = new LinkedHashSet<>();

  public RotationScene(RotationSubject subject, TestDatabase database, Path work)
      throws IOException, SQLException {
    this.subject = subject;
    this.database = database;
    List<Account> all = subject.accounts(database);
    accounts = all.stream().map(Account::name).toList();
    this.work = Files.createDirectory(work.resolve(account()));
    sink = this.work.resolve("sink");
    Files.createFile(
        sink, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(sink, subject.text(all.get(0)));
    passwords();
  }

  /** The one in use. */
  public String account() {
    return accounts.get(0);
  }

  public List<String> accounts() {
    return accounts;
  }

  public Path sink() {
    return sink;
  }

  Path journals() {
    return work.resolve("journals");
  }

  /** Where old and new one wait, in the second and the third line. */
  public Path meanwhile() {
    return sink.resolveSibling("sink.rotation");
  }

  public Runbook book() {
    return subject.book(accounts, sink, Optional.empty());
  }

  public RotationSubject subject() {
    return subject;
  }

  public TestDatabase database() {
    return database;
  }

  public Target target() {
    Account admin = new Account(database.account(), database.secret());
    return subject.target(database.jdbcUrl(), admin, accounts, sink);
  }

  Runner runner() {
    return Runner.journalingTo(journals());
  }

  public RunRecord run(Runbook book) {
    return run(book, target());
  }

  /** By a target that differs from the scene's; what was killed before stays as it is. */
  public RunRecord run(Runbook book, Target target) {
    try (Run another = runner().startAnother(Plan.of(book, target))) {
      return another.toEnd();
    }
  }

  /** The password that its clients find. */
  public String current() throws IOException {
    return subject.password(Files.readString(sink));
  }

  /** Another error than that of a wrong password fails the test. */
  public boolean logsIn(String account, String password) {
    Account is = new Account(account, Secret.of("password", password.toCharArray()));
    try (Connection fresh = database.connect(is)) {
      return fresh.isValid(5);
    } catch (SQLException refused) {
      assertThat(subject.wrongPassword(refused)).as(refused.getMessage()).isEmpty();
      return false;
    }
  }

  /** As one of the accounts. */
  public boolean logsIn(String password) {
    return accounts.stream().anyMatch(account -> logsIn(account, password));
  }

  /** Those that stand in a file now. */
  private Set<String> passwords() throws IOException {
    Set<String> all = new LinkedHashSet<>();
    // the younger ones last: a server that is just being told must not be asked for them too early
    all.add(current());
    if (Files.exists(meanwhile())) {
      all.addAll(Files.readAllLines(meanwhile()).subList(1, 3));
    }
    seen.addAll(all);
    return all;
  }

  /** Also while a statement of somebody who is gone may still be under way. */
  public void requireSound(String when) throws IOException, InterruptedException {
    Set<String> kept = passwords();
    for (int look = 0; kept.stream().noneMatch(this::logsIn) && look < LOOKS; look++) {
      Thread.sleep(100);
      kept = passwords();
    }
    assertThat(kept.stream().filter(this::logsIn)).as("kept and valid: " + when).isNotEmpty();
    assertThat(valid().size()).as("valid: " + when).isLessThanOrEqualTo(2);
    try (Connection own = database.connect()) {
      assertThat(own.isValid(5)).as("the runner's own account: " + when).isTrue();
    } catch (SQLException e) {
      throw new AssertionError("the runner's own account does not log in: " + when, e);
    }
  }

  /** Of all that ever stood in a file, each with whom it logs in as. */
  private List<String> valid() {
    return accounts.stream()
        .flatMap(
            account ->
                seen.stream()
                    .filter(password -> logsIn(account, password))
                    .map(password -> account + " " + password))
        .toList();
  }

  /** Goes on in this process, in the same run or, where that is lost, in a new one. */
  public void finish(String when, boolean again) throws IOException, InterruptedException {
    RunRecord record;
    Optional<Path> journal = journal();
    if (again || journal.isEmpty()) {
      record = run(book());
    } else {
      try (Run resumed = runner().resume(book(), target(), journal.get())) {
        record = resumed.toEnd();
      }
    }
    assertThat(record.state())
        .as(when + ": " + RunText.failure(record))
        .isEqualTo(RunState.SUCCEEDED);
    requireSound(when);
    String text = Files.readString(sink);
    assertThat(valid())
        .as(when)
        .containsExactly(subject.user(accounts, text) + " " + subject.password(text));
    assertThat(meanwhile()).as(when).doesNotExist();
    assertThat(sink.resolveSibling("sink.new")).as(when).doesNotExist();
  }

  /** Of the run that came last. */
  Optional<Path> journal() throws IOException {
    if (!Files.isDirectory(journals())) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(journals())) {
      return files
          .filter(file -> file.toString().endsWith(".journal"))
          .sorted()
          .reduce((a, b) -> b);
    }
  }
}
