package dev.gatehouse.core.model;

import dev.gatehouse.core.dialect.Fingerprint;
import java.util.List;
import java.util.Optional;

/**
 * What a plan says, ready to be printed and to be digested: nothing in it executes.
 *
 * <p>Immutable.
 *
 * @param runbook name of the runbook
 * @param target name of the target
 * @param fingerprint of the live target
 * @param gates in order
 * @param guards one sentence each, followed by lines for what is {@link #UNKNOWN} of it
 * @param unseen lines for what is {@link #UNKNOWN} of the target, for want of a right
 * @param handOver what the runbook says of the time before and after it
 * @since 0.1
 */
public record Outline(
    String runbook,
    String target,
    Fingerprint fingerprint,
    List<GateLine> gates,
    List<String> guards,
    List<String> unseen,
    HandOver handOver) {

  public Outline {
    gates = List.copyOf(gates);
    guards = List.copyOf(guards);
    unseen = List.copyOf(unseen);
  }

  /** One of a target of which all is known that matters. */
  public Outline(
      String runbook,
      String target,
      Fingerprint fingerprint,
      List<GateLine> gates,
      List<String> guards) {
    this(runbook, target, fingerprint, gates, guards, List.of(), HandOver.NOTHING);
  }

  /** What stands in the sentence of a guard before the SQL or the command that it looks by. */
  public static final String LOOKS_AT = "; looks at: ";

  /** How the sentence of an undo begins that is executed. */
  public static final String UNDONE_BY = "undone by ";

  /** How it begins where there is nothing to execute, and nothing is missed. */
  public static final String NOTHING_TO_UNDO = "nothing to undo: ";

  /** Where what a step changes lies. */
  public enum Reach {
    /** Not in the target. */
    BESIDE,
    /** In the target and nowhere else. */
    TARGET,
    /** Perhaps in the target, perhaps elsewhere; its undo finds its way in either case. */
    UNKNOWN,
    /** One half in the target and the other elsewhere. */
    BOTH
  }

  /**
   * What an undo that puts the whole content of the target back goes back to.
   *
   * @param by name of the undo
   * @param to the step whose evidence tells that content; empty when it is of before the run
   */
  public record Rewind(String by, Optional<String> to) {

    /** What it costs: nobody asked those who wrote meanwhile. */
    public String lost() {
      return "what others wrote to the target since "
          + to.map(step -> "'" + step + "'").orElse("that backup, made before the run,");
    }
  }

  /**
   * How it becomes known what an undo leaves.
   *
   * @param how in words that follow "compared"
   * @param here whether that is of the target, and not of a copy on which the undo is rehearsed
   */
  public record Compared(String how, boolean here) {}

  /** A gate and its steps. */
  public record GateLine(String name, List<StepLine> steps) {
    public GateLine {
      steps = List.copyOf(steps);
    }
  }

  /**
   * A part of a step that takes effect part by part.
   *
   * @param takenBackAlone whether something takes it back when a later part fails
   * @param bound what it is bound to again by; see {@link Effect.InSequence.Part#bound}
   */
  public record PartLine(String name, boolean takenBackAlone, String bound) {}

  /**
   * A step as planned.
   *
   * @param symbol {@code =} reads, {@code +} makes something beside the target, {@code ~} changes
   *     it and can be undone, {@code !} changes it and cannot, {@code ?} is done or agreed to by
   *     people
   * @param preview exact SQL or commands
   * @param undo one sentence
   * @param undoPreview exact SQL or commands of the undo
   * @param reach where what it changes lies
   * @param rewind when its undo puts the whole content of the target back
   * @param parts when it takes effect part by part
   * @param compared empty where nothing compares what its undo leaves, or it has none
   */
  public record StepLine(
      String name,
      String symbol,
      EffectClass effectClass,
      List<String> preview,
      String undo,
      List<String> undoPreview,
      Reach reach,
      Optional<Rewind> rewind,
      List<PartLine> parts,
      Optional<Compared> compared) {
    public StepLine {
      parts = List.copyOf(parts);
      preview = List.copyOf(preview);
      undoPreview = List.copyOf(undoPreview);
    }

    /** A step that changes nothing a restore of the target would put back. */
    public StepLine(
        String name,
        String symbol,
        EffectClass effectClass,
        List<String> preview,
        String undo,
        List<String> undoPreview) {
      this(
          name,
          symbol,
          effectClass,
          preview,
          undo,
          undoPreview,
          Reach.BESIDE,
          Optional.empty(),
          List.of(),
          Optional.empty());
    }

    /** The same step, previewed by these lines. */
    public StepLine with(List<String> lines) {
      return new StepLine(
          name, symbol, effectClass, lines, undo, undoPreview, reach, rewind, parts, compared);
    }

    private StepLine known() {
      return new StepLine(
          name,
          // A check that asks people had that of any other before: a run begun then goes on.
          effectClass == EffectClass.READ ? "=" : symbol,
          effectClass,
          known(preview),
          undo,
          known(undoPreview),
          reach,
          rewind,
          parts,
          compared);
    }

    /** Whether it has an undo that is executed. */
    public boolean undoable() {
      return undo.startsWith(UNDONE_BY);
    }

    /** Whether leaving it as it is leaves nothing behind. */
    public boolean nothingToUndo() {
      return undo.startsWith(NOTHING_TO_UNDO);
    }

    private static List<String> known(List<String> lines) {
      return lines.stream().filter(line -> !unknown(line)).toList();
    }

    /** Whether it writes, or has a person write. */
    public boolean changes() {
      return effectClass != EffectClass.READ;
    }
  }

  /**
   * Begins a preview line that only a later moment can complete. Such a line is printed, and is no
   * part of a plan's digest: what is UNKNOWN when a run starts may be known when it is resumed.
   */
  public static final String UNKNOWN = "UNKNOWN ";

  /** The same outline without what was UNKNOWN when it was made. */
  public Outline known() {
    return new Outline(
        runbook,
        target,
        fingerprint,
        gates.stream()
            .map(
                gate ->
                    new GateLine(gate.name(), gate.steps().stream().map(StepLine::known).toList()))
            .toList(),
        StepLine.known(guards),
        List.of(),
        handOver);
  }

  /** Whether that line is one that only a later moment can complete. */
  public static boolean unknown(String line) {
    return line.startsWith(UNKNOWN);
  }

  /** All steps in order. */
  public List<StepLine> steps() {
    return gates.stream().flatMap(gate -> gate.steps().stream()).toList();
  }
}
