/** Looks after the Deployments: sees them, asks the plan, and does what it says, on the record. */
@NullMarked
package dev.pavise.k8s.control;

import org.jspecify.annotations.NullMarked;
