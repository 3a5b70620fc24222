/**
 * A Kafka in memory for simulations: single-threaded, and it does what a seed says. {@link
 * dev.imprint.simulation.SimulatedClients} gives it to the product's own classes.
 */
@NullMarked
package dev.imprint.simulation;

import org.jspecify.annotations.NullMarked;
