package dev.gatehouse.dsl.assertj;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.dialect.Target;
import org.assertj.core.api.SoftAssertions;

/**
 * AssertJ's soft assertions, with those over access and checks: what fails is told at the end, all
 * of it at once.
 *
 * <p>One thread at a time.
 *
 * @since 0.1
 */
public class GatehouseSoftAssertions extends SoftAssertions {

  /** About who may do what, as one snapshot tells it. */
  public AccessAssert assertThat(EffectiveAccess access) {
    return proxy(AccessAssert.class, EffectiveAccess.class, access);
  }

  /** About a database. */
  public TargetAssert assertThat(Target target) {
    return proxy(TargetAssert.class, Target.class, target);
  }
}
