package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Concurrency.Marker;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.GateLine;
import dev.gatehouse.core.model.Outline.StepLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Steps that an earlier run committed by this very plan, as the markers in the target say it. What
 * took them back without a marker, such as a restore of another day, nobody asks: so it is told as
 * UNKNOWN, and refuses nothing.
 */
final class AppliedBefore {
  private static final String UNDO = "/undo";

  private final List<Marker> markers;
  private final Set<String> keys;

  /**
   * @param markers of that plan, whatever run they are of
   */
  AppliedBefore(List<Marker> markers) {
    this.markers = markers;
    this.keys = markers.stream().map(Marker::key).collect(Collectors.toCollection(HashSet::new));
  }

  /** Whether any of these steps is one of which it would be told. */
  static boolean concerns(List<BoundStep> steps) {
    return steps.stream().anyMatch(AppliedBefore::concerns);
  }

  private static boolean concerns(BoundStep step) {
    return step.effect().orElse(null) instanceof Effect.InTransaction once && once.once();
  }

  /** The same outline, and with each of these steps the last run that committed it. */
  Outline told(Outline outline, List<BoundStep> steps) {
    Set<String> concerned =
        steps.stream()
            .filter(AppliedBefore::concerns)
            .map(BoundStep::name)
            .collect(Collectors.toSet());
    Set<String> rewound = rewound(outline);
    return new Outline(
        outline.runbook(),
        outline.target(),
        outline.fingerprint(),
        outline.gates().stream()
            .map(
                gate ->
                    new GateLine(
                        gate.name(),
                        gate.steps().stream()
                            .map(
                                line ->
                                    concerned.contains(line.name()) ? told(line, rewound) : line)
                            .toList()))
            .toList(),
        outline.guards(),
        outline.unseen(),
        outline.handOver());
  }

  /** Runs that put the whole content back: what that covered has no marker of its own. */
  private Set<String> rewound(Outline outline) {
    Set<String> rewinding =
        outline.steps().stream()
            .filter(line -> line.rewind().isPresent())
            .map(StepLine::name)
            .collect(Collectors.toSet());
    return markers.stream()
        .filter(marker -> rewinding.contains(marker.step()))
        .filter(marker -> marker.key().equals(key(marker) + UNDO))
        .map(Marker::run)
        .collect(Collectors.toSet());
  }

  private StepLine told(StepLine line, Set<String> rewound) {
    Optional<String> run =
        markers.stream()
            .filter(marker -> marker.step().equals(line.name()))
            .filter(marker -> marker.key().equals(key(marker)))
            .filter(marker -> !keys.contains(key(marker) + UNDO))
            .map(Marker::run)
            .filter(one -> !rewound.contains(one))
            .max(Comparator.naturalOrder());
    if (run.isEmpty()) {
      return line;
    }
    List<String> preview = new ArrayList<>(line.preview());
    preview.add(
        0,
        Outline.UNKNOWN
            + "whether it is in effect already: run "
            + run.get()
            + " committed it by this same plan, and no undo left its marker");
    return line.with(preview);
  }

  private static String key(Marker marker) {
    return marker.run() + "/" + marker.step();
  }
}
