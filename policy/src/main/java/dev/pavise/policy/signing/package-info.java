/** Ed25519 keys, who is trusted to sign with them and until when, and the envelope that carries what they signed. Nothing is read while judging. */
@NullMarked
package dev.pavise.policy.signing;

import org.jspecify.annotations.NullMarked;
