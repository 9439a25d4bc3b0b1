package dev.gatehouse.core.access;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One way from a role to a privilege, link by link.
 *
 * <p>Immutable. Prints itself as the sentence that answers WHY: {@code vh_app is a member of etl
 * (inherited), etl has UPDATE on eng.teams, granted by postgres}.
 *
 * @param hops at least one, the role's own first
 * @param unknown what the catalogue does not tell about this way; empty when it tells all
 * @since 0.1
 */
public record Path(List<Hop> hops, String unknown) {

  /** Open ways first, then those that want a step, then those nobody can tell; short ones first. */
  public static final Comparator<Path> ORDER =
      Comparator.comparingInt(Path::rank)
          .thenComparing(path -> path.hops.size())
          .thenComparing(Path::toString);

  public Path {
    if (hops.isEmpty()) {
      throw new IllegalArgumentException("hops is empty");
    }
    hops = List.copyOf(hops);
  }

  /** A way that the catalogue tells all about. */
  public static Path of(List<Hop> hops) {
    return new Path(hops, "");
  }

  /** The same way, with another link behind it. */
  public Path then(Hop hop) {
    List<Hop> longer = new ArrayList<>(hops);
    longer.add(hop);
    return new Path(longer, unknown);
  }

  /** The same way, of which the catalogue does not tell that. */
  public Path withUnknown(String what) {
    return new Path(hops, what);
  }

  private int rank() {
    return !unknown.isEmpty() ? 2 : missing().isEmpty() ? 0 : 1;
  }

  /** Whether the role can go it now. */
  public boolean open() {
    return rank() == 0;
  }

  /** The statements the role has to execute first, in this order; empty when none. */
  public List<String> missing() {
    return hops.stream().map(Hop::step).filter(step -> !step.isEmpty()).toList();
  }

  /** Whether it leads to the whole object, and not to some columns or rows of it. */
  public boolean whole() {
    return hops.stream().allMatch(Hop::whole);
  }

  /** The objects it leads through: views, routines and the like. */
  public List<String> through() {
    return hops.stream().map(Hop::through).filter(object -> !object.isEmpty()).toList();
  }

  /** A statement that closes it, the one nearest to the role; empty when there is no simple one. */
  public String fix() {
    return hops.stream().map(Hop::fix).filter(fix -> !fix.isEmpty()).findFirst().orElse("");
  }

  /** The whole sentence. */
  @Override
  public String toString() {
    String sentence = hops.stream().map(Hop::sentence).collect(Collectors.joining(", "));
    String steps = missing().isEmpty() ? "" : "; after " + String.join("; ", missing());
    return sentence + steps + (unknown.isEmpty() ? "" : "; " + unknown);
  }
}
