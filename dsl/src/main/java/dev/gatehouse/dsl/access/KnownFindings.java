package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.run.Inspection;
import dev.gatehouse.dsl.words.Names;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wrong with a database that is older than its checks, in a text file that is committed
 * beside them: one line for each finding, sorted, by its code and by role, privilege and object.
 * Checks fail on new findings only; those that are gone are told, so that their lines can be
 * deleted.
 *
 * <p>Nothing is ever written but by {@link #record}, and by test suites that run with {@code
 * -Dgatehouse.known.record=true}: a test that records fails, so that no build records and is green.
 * The file holds names, and the statements of {@code actingAs(...)} as the check has them: no
 * secret that was declared, no address, no time. Only what a check found wrong can be known, never
 * what it could not tell.
 *
 * <p>Immutable; the file is read whenever a check is planned or asked.
 *
 * @since 0.1
 */
public final class KnownFindings {
  /** System property by which a test suite records instead of testing. */
  public static final String RECORD = "gatehouse.known.record";

  private static final Logger LOG = LoggerFactory.getLogger(KnownFindings.class);

  private final Path file;
  private final boolean strict;

  private KnownFindings(Path file, boolean strict) {
    this.file = file;
    this.strict = strict;
  }

  public static KnownFindings in(Path file) {
    return new KnownFindings(file, false);
  }

  /** The same, where a line that nobody finds any more fails its check until it is deleted. */
  public KnownFindings strictly() {
    return new KnownFindings(file, true);
  }

  /**
   * The same check, which passes when all that is wrong is known. How many findings that were, and
   * which lines are gone, stands in its evidence.
   *
   * <p>Refused while planning when there is no such file, or when it is damaged.
   */
  public Check leftOutOf(Check check) {
    return new KnownCheck(KnownCheck.bare(check), this);
  }

  /**
   * What is left of an answer when what is known does not count; what could not be told stays so.
   *
   * @param step the name of the check
   * @param whole with all its findings
   */
  public Outcome leftOutOf(String step, Outcome whole) {
    Optional<Evidence> proof = whole.proof();
    if (proof.isEmpty()) {
      return whole;
    }
    KnownList.Sifted sifted = read().sift(step, whole.findings());
    Evidence evidence = proof.get().with("known findings", sifted.told());
    if (!sifted.gone().isEmpty()) {
      evidence = evidence.with("known findings gone", AccessAnswers.few(sifted.gone()));
    }
    List<Finding> wrong = new ArrayList<>(sifted.fresh());
    gone(step, sifted).ifPresent(wrong::add);
    return wrong.isEmpty() ? Outcome.passed(evidence) : new Outcome.Failed(wrong, evidence);
  }

  /**
   * Asks these checks, and writes what they find wrong now as known. Lines of other checks stay;
   * what was known of these is replaced. Never part of a test or of a run: a person decides it, and
   * reads the difference before committing it.
   *
   * @return how many findings are known of these checks now
   * @throws Refusal when a check could not be answered, when a finding has no names to recognise it
   *     by, when the file is damaged or cannot be written; then nothing was written
   */
  public int record(Target target, Check first, Check... rest) {
    return record(target, Names.list(first, rest));
  }

  /**
   * The same for all checks of a gate.
   *
   * @throws Refusal as for checks, and when the gate has a change
   */
  public int record(Target target, Gate gate) {
    List<Step> bare =
        gate.steps().stream()
            .map(step -> step instanceof Check check ? KnownCheck.bare(check) : step)
            .toList();
    Inspection.of(new Gate(gate.name(), bare), target);
    return record(target, bare.stream().map(Check.class::cast).toList());
  }

  private int record(Target target, List<Check> checks) {
    KnownList list = existing().orElseGet(KnownList::empty);
    int known = 0;
    for (Check check : checks) {
      List<Finding> findings = found(KnownCheck.bare(check), target);
      findings.forEach(KnownFindings::refuseNameless);
      list = list.with(check.name(), findings);
      known += findings.stream().mapToInt(finding -> finding.subjects().size()).sum();
    }
    write(list);
    return known;
  }

  /** Whether this JVM is to record what suites find, by {@code -Dgatehouse.known.record=true}. */
  public static boolean recording() {
    return Boolean.getBoolean(RECORD);
  }

  /**
   * Writes what a check answered as known, for assertions over a snapshot.
   *
   * @param whole with all its findings
   * @return what a test is to fail with: one that records has tested nothing
   * @throws Refusal as {@link #record(Target, Check, Check...)}
   */
  public Finding record(String step, Outcome whole) {
    if (!whole.status().opens() && !(whole instanceof Outcome.Failed)) {
      throw unclear(step, whole.toString());
    }
    whole.findings().forEach(KnownFindings::refuseNameless);
    write(existing().orElseGet(KnownList::empty).with(step, whole.findings()));
    return recorded(
        step, whole.findings().stream().mapToInt(finding -> finding.subjects().size()).sum());
  }

  /** What a test is to fail with that has recorded: nobody takes it for one that passed. */
  public Finding recorded(String step, int findings) {
    Finding finding =
        Finding.of("known.recorded", "RECORDED, NOT TESTED: '" + step + "'")
            .withExpected("a test that asks")
            .withFound(findings + " findings, written to " + file + " as known")
            .withFix(
                "read the difference of "
                    + file
                    + ", commit it, and test again without -D"
                    + RECORD);
    LOG.warn("{}", finding.text());
    return finding;
  }

  private static List<Finding> found(Check check, Target target) {
    Inspection.Answer answer = Inspection.of(new Whole(check), target).answers().get(0);
    if (answer.holds() || answer.outcome() instanceof Outcome.Failed) {
      return answer.outcome().findings();
    }
    throw unclear(check.name(), answer.text());
  }

  private static Refusal unclear(String step, String found) {
    return new Refusal(
        Finding.of("known.unclear", "what could not be told cannot be known")
            .withExpected("an answer of '" + step + "'")
            .withFound(found)
            .withFix("fix the cause, then record again"));
  }

  private static void refuseNameless(Finding finding) {
    if (finding.subjects().isEmpty()) {
      throw new Refusal(
          Finding.of("known.nameless", "a finding has no names to recognise it by")
              .withExpected("findings that name role, privilege or object")
              .withFound(finding.headline() + " (" + finding.code() + ")")
              .withFix("fix it: it cannot be accepted as known"));
    }
  }

  /**
   * The list as it is in the file now.
   *
   * @throws Refusal when there is no such file, or when it is damaged
   */
  public KnownList read() {
    return existing()
        .orElseThrow(
            () ->
                new Refusal(
                    Finding.of("known.missing", "there is no file of known findings")
                        .withExpected("a file " + file)
                        .withFound("none")
                        .withFix(
                            "record it first: run the tests with -D"
                                + RECORD
                                + "=true, or knownFindings(\""
                                + file
                                + "\").record(target, check)")));
  }

  private Optional<KnownList> existing() {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(KnownList.parse(Files.readString(file)));
    } catch (IOException | IllegalArgumentException e) {
      String what = e instanceof IOException ? "it cannot be read: " : "";
      throw new Refusal(
          Finding.of("known.damaged", file + " is no file of known findings")
              .withExpected("what record(...) has written, without lines that were deleted")
              .withFound(what + e.getMessage())
              .withFix("git checkout " + file + ", or delete it and record it again"),
          e);
    }
  }

  /** As a whole or not at all: beside it first, then in its place. */
  private void write(KnownList list) {
    Path whole = file.toAbsolutePath();
    Path beside = whole.resolveSibling("." + whole.getFileName() + ".new");
    try {
      Files.deleteIfExists(beside);
      PrivateFiles.write(beside, list.text().getBytes(StandardCharsets.UTF_8));
      Files.move(
          beside, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      PrivateFiles.forceDirectory(whole.getParent());
    } catch (IOException | UncheckedIOException e) {
      throw new Refusal(
          Finding.of("known.unwritable", "the known findings cannot be written")
              .withExpected("a file in a directory that this process may write")
              .withFound(e.getClass().getSimpleName() + ": " + e.getMessage())
              .withFix("mkdir -p '" + whole.getParent() + "'"),
          e);
    }
  }

  /**
   * The finding that lines are left which nobody finds, where that is to fail; logs it elsewhere.
   */
  public Optional<Finding> gone(String step, KnownList.Sifted sifted) {
    if (sifted.gone().isEmpty()) {
      return Optional.empty();
    }
    Finding finding =
        Finding.of("known.gone", "known findings of '" + step + "' are gone")
            .withExpected("only what is still so in " + file)
            .withFound(String.join("\n", sifted.gone()))
            .withFix("delete these lines of " + file);
    if (!strict) {
      LOG.warn("{}", finding.text());
    }
    return strict ? Optional.of(finding) : Optional.empty();
  }

  /** A check with all its findings. */
  private record Whole(Check check) implements Check {
    @Override
    public String name() {
      return check.name();
    }

    @Override
    public List<Secret> secrets() {
      return check.secrets();
    }

    @Override
    public List<String> plan(CheckContext reading) throws Exception {
      return check.plan(reading);
    }

    @Override
    public Outcome evaluate(CheckContext reading) throws Exception {
      return AccessCheck.whole(check, reading);
    }
  }

  /** The file's name as it was given. */
  @Override
  public String toString() {
    return file.toString();
  }
}
