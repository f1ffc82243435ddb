/** Who may do what: permissions, roles, bindings, principals, and the decision. */
@NullMarked
package dev.pavise.policy;

import org.jspecify.annotations.NullMarked;
