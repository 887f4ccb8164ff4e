#!/usr/bin/env node
// Written and not compiled, so that npm finds it in a checkout that has not been built, and links it.
import "../dist/cli/gatehouse.js";
