/** Who may give rights to whom: pure rules over what the giver holds and what is there already. */
@NullMarked
package dev.pavise.policy.grant;

import org.jspecify.annotations.NullMarked;
