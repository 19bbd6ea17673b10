-- one row per year of posting, 2018 to 2022, and category: its number of posts
with posts as (
  select
    cast(extract(year from g.timestamp) as int) as post_year,
    p.category
  from pin as p
  inner join geo as g on g.ind = p.ind
  inner join user as u on u.ind = p.ind
  where p.category is not null
),
counted as (
  select
    s.post_year,
    s.category,
    count(*) as category_count
  from posts as s
  where s.post_year between 2018 and 2022
  group by s.post_year, s.category
)
select
  c.post_year,
  c.category,
  c.category_count
from counted as c
order by c.post_year nulls last, c.category_count desc nulls last, c.category nulls last
