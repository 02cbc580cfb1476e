package io.meshkit.bench.run;

import io.meshkit.bench.systems.Driver;

/**
 * One system by one client.
 *
 * @param fills whether this line writes the keys before the first round; another line of the same system need not
 */
record Line(String name, Driver driver, LocalNodes nodes, boolean fills) {}
