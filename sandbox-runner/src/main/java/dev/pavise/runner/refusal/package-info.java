/** Why a runner does not do what it was asked for, as the caller is told. */
@NullMarked
package dev.pavise.runner.refusal;

import org.jspecify.annotations.NullMarked;
