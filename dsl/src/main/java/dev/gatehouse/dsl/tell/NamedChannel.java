package dev.gatehouse.dsl.tell;

import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.tell.Channel;
import java.util.EnumSet;
import java.util.Set;

/** Who is told of what, under which name. */
abstract class NamedChannel<C extends Channel> implements Channel {
  private final String name;
  private final Set<Occasion> occasions;

  NamedChannel(String name, Set<Occasion> occasions) {
    this.name = name;
    this.occasions = occasions;
  }

  /** The same, told of these under that name. */
  abstract C with(String newName, Set<Occasion> newOccasions);

  /** The same, told of these only. */
  public final C on(Occasion first, Occasion... rest) {
    return with(name, EnumSet.of(first, rest));
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Set<Occasion> occasions() {
    return occasions;
  }
}
