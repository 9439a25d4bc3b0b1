package dev.gatehouse.core.model;

import dev.gatehouse.core.outcome.Secret;
import java.util.List;
import java.util.stream.Stream;

/**
 * A change that has not yet said how it is undone. Not a {@link Step}: no gate accepts it until it
 * does. Extended by verbs that have options of their own.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public class ChangeWithoutUndo {

  /** Makes the effect while planning; see {@link Change#bind}. */
  @FunctionalInterface
  public interface Binding {
    Effect bind(CheckContext reading) throws Exception;
  }

  private record Complete(
      String name, Binding binding, List<Secret> secrets, List<Step> needed, Undo undo)
      implements Change {
    /** Those of its undo as well: an undo that lacks its backup must be refused while planning. */
    @Override
    public List<Step> refersTo() {
      Stream<Step> ofUndo =
          undo instanceof Undo.By by ? by.step().refersTo().stream() : Stream.empty();
      return Stream.concat(needed.stream(), ofUndo).distinct().toList();
    }

    @Override
    public Effect bind(CheckContext reading) throws Exception {
      return binding.bind(reading);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private final String name;
  private final Binding binding;
  private final List<Secret> secrets;
  private final List<Step> needed;

  /** For verbs that have options of their own. */
  public ChangeWithoutUndo(String name, Binding binding, List<Secret> secrets, List<Step> needed) {
    this.name = name;
    this.binding = binding;
    this.secrets = List.copyOf(secrets);
    this.needed = List.copyOf(needed);
  }

  /** A change of that name whose effect the binding makes. */
  public static ChangeWithoutUndo of(String name, Binding binding) {
    return new ChangeWithoutUndo(name, binding, List.of(), List.of());
  }

  /** The same change under another name. */
  public ChangeWithoutUndo named(String newName) {
    return new ChangeWithoutUndo(newName, binding, secrets, needed);
  }

  /** The same change, working with these secrets as well. */
  public final ChangeWithoutUndo withSecrets(Secret... more) {
    return new ChangeWithoutUndo(name, binding, both(secrets, List.of(more)), needed);
  }

  /**
   * The same change, using the results of these earlier steps as well; see {@link Step#refersTo}.
   */
  public final ChangeWithoutUndo referringTo(List<Step> steps) {
    return new ChangeWithoutUndo(name, binding, secrets, both(needed, steps));
  }

  private static <T> List<T> both(List<T> some, List<T> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  /** Reversed by that change. */
  public Change undoneBy(Change step) {
    return new Complete(name, binding, secrets, needed, new Undo.By(step));
  }

  /** Reversed by that change, which needs no undo of its own because it is one. */
  public final Change undoneBy(ChangeWithoutUndo step) {
    return undoneBy(step.cannotBeUndone("it is itself an undo"));
  }

  /** Never reversed, for a reason a reviewer can judge. */
  public final Change cannotBeUndone(String why) {
    if (why.isBlank()) {
      throw new IllegalArgumentException(
          "why is blank: '" + name + "' needs a reason a reviewer can judge");
    }
    return new Complete(name, binding, secrets, needed, new Undo.CannotBeUndone(why));
  }

  /** Leaves the target as it was, for a reason a reviewer can judge. */
  public final Change nothingToUndo(String why) {
    return new Complete(name, binding, secrets, needed, new Undo.NothingToUndo(why));
  }

  @Override
  public final String toString() {
    return name + " (not yet a step: say undoneBy(step) or cannotBeUndone(\"why\"))";
  }
}
