/**
 * Real database servers for tests: one per engine and version, from whoever can serve it. Enter by
 * {@link dev.gatehouse.core.testkit.engine.EngineUnderTest}.
 */
@NullMarked
package dev.gatehouse.core.testkit.engine;

import org.jspecify.annotations.NullMarked;
