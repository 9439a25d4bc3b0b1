package dev.gatehouse.core.journal;

import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Need;
import dev.gatehouse.core.outcome.Word;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the journal says of one step.
 *
 * <p>A view that moves on with its {@link RunRecord}; one thread at a time.
 *
 * @since 0.1
 */
public final class StepRecord {
  /** Of what has not begun: after all that has. */
  private static final long NEVER = Long.MAX_VALUE;

  private final String gate;
  private final Outline.StepLine line;
  private final Parts parts;
  private final Parts undoParts = new Parts(List.of());
  StepState state = StepState.PENDING;
  StepState beforeUndo = StepState.SUCCEEDED;
  List<Finding> findings = List.of();
  @Nullable Evidence evidence;
  @Nullable Instant begun;
  @Nullable Instant ended;
  @Nullable Instant recheckAt;
  @Nullable Instant since;
  @Nullable Evidence soFar;
  List<Need> needs = List.of();
  List<Word> words = List.of();
  List<Word> answers = List.of();
  long asked = NEVER;
  String reason = "";
  String who = "";
  String session = "";
  String coveredBy = "";
  long place = NEVER;
  boolean accepted;
  boolean recovered;
  boolean undoInFlight;
  boolean takingBack;
  boolean inDoubtByError;
  boolean unseen;
  boolean byPerson;
  boolean undoneByWord;
  int recoveries;
  int weighed;

  StepRecord(String gate, Outline.StepLine line) {
    this.gate = gate;
    this.line = line;
    this.parts = new Parts(line.parts());
  }

  /** Name of the step. */
  public String name() {
    return line.name();
  }

  /** Name of its gate. */
  public String gate() {
    return gate;
  }

  /** The step as planned. */
  public Outline.StepLine line() {
    return line;
  }

  /** Where it is. */
  public StepState state() {
    return state;
  }

  /** Its parts; none when it takes effect as a whole. */
  public Parts parts() {
    return parts;
  }

  /** The parts of its undo that were begun; none when the undo takes effect as a whole. */
  public Parts undoParts() {
    return undoParts;
  }

  /** The parts of which such a record tells: those of the effect, or of the undo. */
  public Parts partsOf(Entry entry) {
    return parts(Parts.way(entry.body()));
  }

  /** Those of the effect, or of the undo. */
  Parts parts(Parts.Way way) {
    return way == Parts.Way.UNDO ? undoParts : parts;
  }

  /** What is wrong with it, then what is wrong with its undo. */
  public List<Finding> findings() {
    return findings;
  }

  /** What it reported last. */
  public Optional<Evidence> evidence() {
    return Optional.ofNullable(evidence);
  }

  /** When its effect was intended, or its check first asked. */
  public Optional<Instant> begun() {
    return Optional.ofNullable(begun);
  }

  /** When it got to the state it is in. */
  public Optional<Instant> ended() {
    return Optional.ofNullable(ended);
  }

  /** When a waiting step is to be looked at again. */
  public Optional<Instant> recheckAt() {
    return Optional.ofNullable(recheckAt);
  }

  /** When it was first asked, whatever became of it since. */
  public Optional<Instant> since() {
    return Optional.ofNullable(since);
  }

  /** What it said beside its last WAITING. */
  public Optional<Evidence> soFar() {
    return Optional.ofNullable(soFar);
  }

  /**
   * The words of people it waits for; none when it does not wait, or for something else. One that
   * waited when its run was left waits still, although it is asked again; so does an undo that is a
   * person's.
   */
  public List<Need> needs() {
    return switch (state) {
      case WAITING, PENDING, UNDOING -> needs;
      default -> List.of();
    };
  }

  /** What people said of it that was counted when it was said, in order. */
  public List<Word> words() {
    return words;
  }

  /** Those of them that were said after it told last what it waits for. */
  public List<Word> unweighed() {
    return words.subList(weighed, words.size());
  }

  /**
   * How people answered it, accepted it or resolved its doubt, in order; role and proof if told.
   */
  public List<Word> answers() {
    return answers;
  }

  /** Number of the record by which people were first asked; words said before it came early. */
  public long asked() {
    return asked;
  }

  /** Why it waits, was left out, or how its doubt was resolved; may be empty. */
  public String reason() {
    return reason;
  }

  /** The person who answered, accepted or resolved; may be empty. */
  public String who() {
    return who;
  }

  /** The database session of the effect that was under way; may be empty. */
  public String session() {
    return session;
  }

  /** The step whose undo has undone it as well; empty when it was not undone, or by its own. */
  public String coveredBy() {
    return coveredBy;
  }

  /** Its place in the order in which effects began and checks were answered. */
  public long place() {
    return place;
  }

  /** Whether a person let it count although it could not tell. */
  public boolean accepted() {
    return accepted;
  }

  /** Whether its outcome was proven after a crash instead of seen. */
  public boolean recovered() {
    return recovered;
  }

  /** Whether what is under way or in doubt is its undo rather than its effect. */
  public boolean undoInFlight() {
    return undoInFlight;
  }

  /** Whether that undo takes back its parts, and is not the undo it was planned with. */
  public boolean takingBack() {
    return takingBack;
  }

  /** Whether that it is undone is what a person said of it, and nothing that was seen. */
  public boolean undoneByWord() {
    return undoneByWord;
  }

  /** Where it was before its undo began: applied, or applied in part. */
  public StepState beforeUndo() {
    return beforeUndo;
  }

  /** Whether its doubt comes from an error that was seen, rather than from a crash. */
  public boolean inDoubtByError() {
    return inDoubtByError;
  }

  /**
   * Whether it returned without an error and nothing shows its effect: then looking again proves
   * nothing.
   */
  public boolean unseen() {
    return unseen;
  }

  /** How often its doubt has been looked into without an answer. */
  public int recoveries() {
    return recoveries;
  }

  /** Whether the effect class only reads. */
  public boolean reads() {
    return line.effectClass() == EffectClass.READ;
  }
}
