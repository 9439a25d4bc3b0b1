package dev.gatehouse.core.model;

import dev.gatehouse.core.outcome.Secret;
import java.util.List;

/**
 * A change that has not yet said how it is undone. Not a {@link Step}: no gate accepts it until it
 * does.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class ChangeWithoutUndo {

  /** Makes the effect while planning; see {@link Change#bind}. */
  @FunctionalInterface
  public interface Binding {
    Effect bind(Reading reading) throws Exception;
  }

  private record Complete(String name, Binding binding, List<Secret> secrets, Undo undo)
      implements Change {
    @Override
    public Effect bind(Reading reading) throws Exception {
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

  private ChangeWithoutUndo(String name, Binding binding, List<Secret> secrets) {
    this.name = name;
    this.binding = binding;
    this.secrets = List.copyOf(secrets);
  }

  /** A change of that name whose effect the binding makes. */
  public static ChangeWithoutUndo of(String name, Binding binding) {
    return new ChangeWithoutUndo(name, binding, List.of());
  }

  /** The same change under another name. */
  public ChangeWithoutUndo named(String newName) {
    return new ChangeWithoutUndo(newName, binding, secrets);
  }

  /** The same change, working with these secrets. */
  public ChangeWithoutUndo withSecrets(Secret... more) {
    return new ChangeWithoutUndo(name, binding, List.of(more));
  }

  /** Reversed by that change. */
  public Change undoneBy(Change step) {
    return new Complete(name, binding, secrets, new Undo.By(step));
  }

  /** Reversed by that change, which needs no undo of its own because it is one. */
  public Change undoneBy(ChangeWithoutUndo step) {
    return undoneBy(step.cannotBeUndone("it is itself an undo"));
  }

  /** Never reversed, for a reason a reviewer can judge. */
  public Change cannotBeUndone(String why) {
    if (why.isBlank()) {
      throw new IllegalArgumentException(
          "why is blank: '" + name + "' needs a reason a reviewer can judge");
    }
    return new Complete(name, binding, secrets, new Undo.CannotBeUndone(why));
  }

  /** Leaves the target as it was, for a reason a reviewer can judge. */
  public Change nothingToUndo(String why) {
    return new Complete(name, binding, secrets, new Undo.NothingToUndo(why));
  }

  @Override
  public String toString() {
    return name + " (not yet a step: say undoneBy(step) or cannotBeUndone(\"why\"))";
  }
}
