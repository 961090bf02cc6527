"""«Почему столько?»: every movement of bonuses traced to receipt, line and rule, on screen and on paper."""
