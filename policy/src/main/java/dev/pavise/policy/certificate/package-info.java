/** What gateway, runner and manager ask of certificates and their keys alike. Pure: nothing here reads a file. */
@NullMarked
package dev.pavise.policy.certificate;

import org.jspecify.annotations.NullMarked;
