package dev.gatehouse.core.model;

import dev.gatehouse.core.dialect.Fingerprint;
import java.util.List;

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
 * @since 0.1
 */
public record Outline(
    String runbook,
    String target,
    Fingerprint fingerprint,
    List<GateLine> gates,
    List<String> guards) {

  public Outline {
    gates = List.copyOf(gates);
    guards = List.copyOf(guards);
  }

  /** A gate and its steps. */
  public record GateLine(String name, List<StepLine> steps) {
    public GateLine {
      steps = List.copyOf(steps);
    }
  }

  /**
   * A step as planned.
   *
   * @param symbol {@code =} reads, {@code +} makes something beside the target, {@code ~} changes
   *     it and can be undone, {@code !} changes it and cannot, {@code ?} is done by a person
   * @param preview exact SQL or commands
   * @param undo one sentence
   * @param undoPreview exact SQL or commands of the undo
   */
  public record StepLine(
      String name,
      String symbol,
      EffectClass effectClass,
      List<String> preview,
      String undo,
      List<String> undoPreview) {
    public StepLine {
      preview = List.copyOf(preview);
      undoPreview = List.copyOf(undoPreview);
    }

    private StepLine known() {
      return new StepLine(name, symbol, effectClass, known(preview), undo, known(undoPreview));
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
        StepLine.known(guards));
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
