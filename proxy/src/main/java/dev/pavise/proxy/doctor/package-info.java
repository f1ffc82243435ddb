/** Walks a security checklist over a configuration and the machine it is on. To add a check: write a method, and a line in {@link Checklist}. */
@NullMarked
package dev.pavise.proxy.doctor;

import org.jspecify.annotations.NullMarked;
