/** JSON that has one reading, and one writing: read strictly, written in the canonical form that signatures cover. */
@NullMarked
package dev.pavise.policy.json;

import org.jspecify.annotations.NullMarked;
