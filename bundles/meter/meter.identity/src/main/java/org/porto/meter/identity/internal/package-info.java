// SPDX-License-Identifier: Apache-2.0
/** Who this meter is, from configuration. */
package org.porto.meter.identity.internal;
