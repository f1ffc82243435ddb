/** What is to be done about a Deployment: a pure function of what is wanted and what is seen. */
@NullMarked
package dev.pavise.k8s.plan;

import org.jspecify.annotations.NullMarked;
