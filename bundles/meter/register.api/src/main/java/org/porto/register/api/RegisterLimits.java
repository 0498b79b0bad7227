// SPDX-License-Identifier: Apache-2.0
package org.porto.register.api;

/** Limits in mils. */
public record RegisterLimits(long itemMilsMin, long itemMilsMax, long balanceMilsMax) {}
