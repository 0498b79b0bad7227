// SPDX-License-Identifier: Apache-2.0
/** Health of a meter, published as readiness. */
package org.porto.selftest.internal;
